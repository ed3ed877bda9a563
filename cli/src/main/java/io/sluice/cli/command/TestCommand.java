package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import picocli.CommandLine.Command;

/** Stands here for the help: the launcher runs the tests, since they need Maven and no built Sluice. */
@Command(
        name = "test",
        description = "Build Sluice and run its whole test suite with Maven (mvn verify).",
        footer = {"%nFurther arguments go to Maven.", "Example: ./sluice test -pl core -Dtest=TagsTest"})
final class TestCommand extends Verb {
    @Override
    public Integer call() {
        throw new CommandFailure("the launcher runs the tests: ./sluice test");
    }
}
