"""Batches of a grid's cells: every missing cell once, and nothing before what it needs."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "grid"))
from batches import divided  # noqa: E402


def cells(starts, transfers, seconds):
    """So many starts with transfers from each, in the order in which `qpnet grid list` has them."""
    found = []
    for start in range(starts):
        found.append({"cell": f"s{start}", "state": "missing", "needs": None, "seconds": seconds})
        for number in range(transfers):
            cell = {"cell": f"s{start}t{number}", "state": "missing", "needs": f"s{start}", "seconds": seconds}
            found.append(cell)
    return found


class Batches(unittest.TestCase):
    """What `divided` promises."""

    def test_every_missing_cell_is_in_one_batch_after_its_start(self):
        listed = cells(4, 5, 20.0)
        listed[7]["state"] = "complete"
        batches = divided(listed, 100.0)
        flat = [cell for batch in batches for cell in batch["cells"]]
        self.assertEqual(flat, [cell["cell"] for cell in listed if cell["state"] != "complete"])
        self.assertTrue(all(len(batch["cells"]) <= 5 for batch in batches))
        home = {cell: batch["name"] for batch in batches for cell in batch["cells"]}
        for cell in listed:
            if cell["needs"] and cell["cell"] in home:
                own = next(batch for batch in batches if batch["name"] == home[cell["cell"]])
                self.assertIn(home[cell["needs"]], own["needs"] + [own["name"]])

    def test_a_finished_start_is_waited_for_by_nobody(self):
        listed = cells(1, 3, 20.0)
        listed[0]["state"] = "complete"
        self.assertEqual([batch["needs"] for batch in divided(listed, 20.0)], [[], [], []])

    def test_other_cells_make_another_name(self):
        one, other = divided(cells(1, 2, 1.0), 100.0), divided(cells(1, 3, 1.0), 100.0)
        self.assertNotEqual(one[0]["name"], other[0]["name"])
        self.assertEqual(divided([], 100.0), [])


if __name__ == "__main__":
    unittest.main()
