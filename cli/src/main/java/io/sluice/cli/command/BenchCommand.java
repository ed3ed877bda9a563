package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** Benchmarks; the module {@code benchmarks} brings the subcommands. */
@Command(name = "bench", description = "Measure Sluice side by side with the same work done without it.")
final class BenchCommand extends VerbGroup {}
