"""tails.json: tails and quantiles of Student's, the normal, the chi-square and the F distribution, by mpmath with 40 digits
(incomplete beta functions, integrals of densities, and Newton's roots of them), for 0.5 to 1e15 degrees of freedom."""

import mpmath as mp

FREEDOM = [0.5, 0.7, 1, 1.3, 2, 2.5, 3, 3.7, 4.6, 5, 7.5, 10, 30, 100, 317.3, 1000, 9999, 10000, 12345.6, 1e5, 1e6, 1e7,
           1e9, 1e12, 1e15]
LEVELS = [1e-6, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1 - 1e-6, 1 - 1e-10]
SMALLEST = mp.mpf("1e-290")


def density(x, df):
    scale = mp.exp(mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2)) / mp.sqrt(mp.pi * df)
    return scale * mp.exp(-(df + 1) / 2 * mp.log1p(x * x / df))


def student(t, df):
    """P(|T| > t): the incomplete beta function, and for many degrees of freedom the integral of the density, up to
    where 1e-35 of the tail is left."""
    t, df = mp.mpf(t), mp.mpf(df)
    if df < 20_000:
        return mp.betainc(df / 2, mp.mpf(1) / 2, 0, df / (df + t * t), regularized=True)
    if t < 1:
        return 1 - 2 * mp.quad(lambda x: density(x, df), [0, t])
    # Over the density at t: quad stops at an absolute error.
    part = mp.quad(lambda x: density(x, df) / density(t, df), mp.linspace(t, mp.sqrt(t * t + 165), 9))
    return 2 * density(t, df) * part


def factor(level, df):
    """Newton on the logarithms of the part that is the smaller and of t."""
    level, df = mp.mpf(level), mp.mpf(df)
    u = mp.log(mp.sqrt(2) * mp.erfinv(level))
    for _ in range(60):
        t = mp.exp(u)
        tail = student(t, df)
        slope = 2 * t * density(t, df)
        if level < 0.5:
            step = mp.log((1 - tail) / level) * (1 - tail) / slope
        else:
            step = mp.log((1 - level) / tail) * tail / slope
        u -= step
        if abs(step) < mp.mpf("1e-22"):
            return mp.exp(u)
    raise ArithmeticError(f"no factor for {level}, {df}")


def build():
    with mp.workdps(40):
        tails = []
        for df in FREEDOM:
            for t in (1e-6, 0.1, 0.5, 1.0, 1.7, 1.96, 2.5, 3.5, 5.0, 10.0, 30.0, 1000.0, 1e9):
                p = student(t, df) if t < 40 or df < 40 else mp.mpf(0)
                if p > SMALLEST:
                    tails.append({"df": df, "t": t, "p": float(p)})
        factors = [{"df": df, "level": level, "t": float(factor(level, df))} for df in FREEDOM for level in LEVELS]
        normal = [{"z": z, "p": float(mp.erfc(mp.mpf(z) / mp.sqrt(2)))}
                  for z in (1e-8, 1e-3, 0.3, 0.7, 1.0, 1.5, 1.96, 2.6, 4.0, 6.5, 9.0, 14.0, 20.0, 30.0, 36.0)]
        quantiles = [{"level": level, "z": float(mp.sqrt(2) * mp.erfinv(mp.mpf(level)))} for level in LEVELS]
        chi = [{"df": df, "x": x, "p": float(mp.gammainc(mp.mpf(df) / 2, mp.mpf(x) / 2, mp.inf, regularized=True))}
               for df in (1, 2, 3, 5, 9, 19, 49, 199) for x in (0.01, 1.0, 5.0, 20.0, 100.0, 400.0)]
        chi = [case for case in chi if case["p"] > 1e-100]
        fisher = [{"d1": d1, "d2": d2, "x": x, "p": float(mp.betainc(mp.mpf(d2) / 2, mp.mpf(d1) / 2, 0,
                   mp.mpf(d2) / (d2 + mp.mpf(d1) * x), regularized=True))}
                  for d1 in (1, 2, 3, 5, 9, 49) for d2 in (1, 3, 10, 45, 200, 1000, 3000) for x in (0.1, 0.9, 1.1, 2.0, 5.0, 30.0)]
        fisher = [case for case in fisher if case["p"] > 1e-100]
    return {"student": tails, "factors": factors, "normal": normal, "quantiles": quantiles, "chi": chi, "fisher": fisher}
