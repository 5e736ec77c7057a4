//! What the process uses: processor, memory, files.

#[cfg(target_os = "linux")]
pub(crate) fn watch() {
    use crate::meter;
    use opentelemetry::KeyValue;
    use procfs::{ProcResult, process::Process};

    fn stat() -> ProcResult<procfs::process::Stat> {
        Process::myself()?.stat()
    }

    meter()
        .f64_observable_counter("process.cpu.time")
        .with_unit("s")
        .with_description("Processor time the process took.")
        .with_callback(|observer| {
            let Ok(stat) = stat() else { return };
            let ticks = procfs::ticks_per_second();
            for (mode, time) in [("user", stat.utime), ("system", stat.stime)] {
                #[allow(clippy::cast_precision_loss, reason = "ticks of a process stay far below 2^53")]
                observer.observe(time as f64 / ticks as f64, &[KeyValue::new("cpu.mode", mode)]);
            }
        })
        .build();
    meter()
        .i64_observable_gauge("process.memory.usage")
        .with_unit("By")
        .with_description("Memory of the process that is in use.")
        .with_callback(|observer| {
            let Ok(stat) = stat() else { return };
            observer.observe(i64::try_from(stat.rss.saturating_mul(procfs::page_size())).unwrap_or(i64::MAX), &[]);
        })
        .build();
    meter()
        .i64_observable_gauge("process.thread.count")
        .with_unit("{thread}")
        .with_description("Threads of the process.")
        .with_callback(|observer| {
            let Ok(stat) = stat() else { return };
            observer.observe(stat.num_threads, &[]);
        })
        .build();
    meter()
        .i64_observable_gauge("process.open_file_descriptor.count")
        .with_unit("{file_descriptor}")
        .with_description("Files and connections that the process has open.")
        .with_callback(|observer| {
            let Ok(open) = Process::myself().and_then(|process| process.fd_count()) else { return };
            observer.observe(i64::try_from(open).unwrap_or(i64::MAX), &[]);
        })
        .build();
    let began = std::time::Instant::now();
    meter()
        .f64_observable_gauge("process.uptime")
        .with_unit("s")
        .with_description("How long the process has been running.")
        .with_callback(move |observer| observer.observe(began.elapsed().as_secs_f64(), &[]))
        .build();
}

/// Elsewhere the machine's own agents tell it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn watch() {}
