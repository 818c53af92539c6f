//! Memory that is used up: one message in place of libtorch's stack.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::{Footprint, TrainError};

/// How libtorch and the libraries below it say that memory is used up: its allocators for CUDA and the
/// processor, the CUDA driver, cuBLAS and cuDNN.
const WORDS: [&str; 6] = [
    "CUDA out of memory",
    "CUDA error: out of memory",
    "cudaErrorMemoryAllocation",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "DefaultCPUAllocator: can't allocate memory",
];

/// Whether a message of libtorch says that memory is used up.
pub fn is_out_of_memory(message: &str) -> bool {
    WORDS.iter().any(|words| message.contains(words))
}

/// Do `work`, and turn the error or panic of memory that is used up into
/// [`TrainError::OutOfMemory`]. Operations of the binding panic with libtorch's message; every other
/// panic goes on.
///
/// # Errors
/// Those of `work`, and [`TrainError::OutOfMemory`].
pub fn within_memory<T>(
    footprint: &Footprint,
    work: impl FnOnce() -> Result<T, TrainError>,
) -> Result<T, TrainError> {
    let used_up = |message: &str| TrainError::OutOfMemory {
        footprint: footprint.clone(),
        detail: message.lines().next().unwrap_or_default().trim().to_owned(),
    };
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Err(TrainError::Torch(error))) if is_out_of_memory(&error.to_string()) => {
            Err(used_up(&error.to_string()))
        }
        Ok(outcome) => outcome,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
            // The binding's panics show the error as it is written in code, with line ends as `\n`.
            let lines = text.replace("\\n", "\n");
            if is_out_of_memory(text) { Err(used_up(&lines)) } else { resume_unwind(panic) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind, TchError, Tensor};

    /// As libtorch 2.11 writes it.
    const CUDA: &str = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 7.79 GiB \
        of which 1.21 GiB is free. Including non-PyTorch memory, this process has 6.57 GiB memory in use.\n\
        Exception raised from malloc at ../c10/cuda/CUDACachingAllocator.cpp:1468 (most recent call first):\n\
        frame #0: c10::Error::Error(c10::SourceLocation, std::string) + 0x96 (0x7f)";

    fn footprint() -> Footprint {
        Footprint { model: "qpi".into(), device: Device::Cuda(0), batch: 248, image: [3, 224, 224] }
    }

    fn message(work: impl FnOnce() -> Result<(), TrainError>) -> String {
        let error = within_memory(&footprint(), work).expect_err("memory is used up");
        assert!(matches!(error, TrainError::OutOfMemory { .. }), "{error}");
        error.to_string()
    }

    #[test]
    fn an_error_and_a_panic_say_batch_size_and_remedy() {
        let error = || Err(TrainError::Torch(TchError::Torch(CUDA.to_owned())));
        let panic = || -> Result<(), TrainError> {
            let error = TchError::Torch(CUDA.to_owned());
            let text = format!("called `Result::unwrap()` on an `Err` value: {error:?}");
            resume_unwind(Box::new(text)) // as a panic, without the hook's lines in the test's output
        };
        for message in [message(error), message(panic)] {
            for words in
                ["qpi", "cuda:0", "248 images", "3 x 224 x 224", "--batch 124", "Tried to allocate 2.00"]
            {
                assert!(message.contains(words), "{words:?} is not in {message}");
            }
            assert!(!message.contains("frame") && !message.contains("Exception raised"), "{message}");
        }
    }

    #[test]
    fn what_libtorch_really_says_is_recognised() {
        // A pebibyte: no machine has it, and the allocator says so at once.
        let ask = || -> Result<(), TrainError> {
            let _ = Tensor::f_empty([1i64 << 50], (Kind::Uint8, Device::Cpu))?;
            Ok(())
        };
        let message = message(ask);
        assert!(message.contains("can't allocate memory") && message.contains("--batch"), "{message}");
    }

    #[test]
    fn everything_else_goes_on() {
        let other = || Err::<(), _>(TrainError::Torch(TchError::Torch("shapes differ".to_owned())));
        assert!(matches!(within_memory(&footprint(), other), Err(TrainError::Torch(_))));
        assert_eq!(within_memory(&footprint(), || Ok(7)).expect("fine"), 7);
        let panics = || -> Result<(), TrainError> { resume_unwind(Box::new("a defect")) };
        let caught = catch_unwind(AssertUnwindSafe(|| within_memory(&footprint(), panics)));
        assert_eq!(caught.expect_err("goes on").downcast_ref::<&str>(), Some(&"a defect"));
        for word in ["CUDNN_STATUS_EXECUTION_FAILED", "memory", ""] {
            assert!(!is_out_of_memory(word), "{word}");
        }
    }
}
