package io.sluice.cli.demo;

import io.sluice.cli.stack.EmbeddedStack;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Keeps the demo up, watching the rulebook, until somebody stops the process. */
public final class DemoWatch {
    private DemoWatch() {}

    /** Returns when the JVM is told to end; the hook waits until the caller has closed the stack. */
    public static void untilInterrupted(Path rulebook, EmbeddedStack stack, PrintStream err)
            throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stop.countDown();
                            try {
                                main.join(30_000);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "demo-stop"));
        try (RulebookWatch watch = new RulebookWatch(rulebook, stack, err)) {
            java.util.Objects.requireNonNull(watch);
            stop.await();
        }
    }
}
