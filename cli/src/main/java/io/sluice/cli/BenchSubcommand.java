package io.sluice.cli;

import java.util.concurrent.Callable;

/**
 * A subcommand of {@code sluice bench}. The module {@code benchmarks} depends on this one and not the other way round, so
 * its classes are found by {@link java.util.ServiceLoader}: each implements this, carries picocli's {@code @Command} with
 * its name, and stands in {@code META-INF/services/io.sluice.cli.BenchSubcommand}. The call returns an {@link ExitCode}.
 */
public interface BenchSubcommand extends Callable<Integer> {}
