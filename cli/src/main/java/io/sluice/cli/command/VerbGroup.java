package io.sluice.cli.command;

import picocli.CommandLine.ParameterException;

/** A verb that does nothing itself: one of its subcommands must be named. */
abstract class VerbGroup extends Verb {
    @Override
    public final Integer call() {
        throw new ParameterException(spec().commandLine(), "Missing command");
    }
}
