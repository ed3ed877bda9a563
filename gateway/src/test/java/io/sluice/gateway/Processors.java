package io.sluice.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/**
 * One processor for this process, all of its threads, and another for whoever attacks it: a real attacker has a machine of
 * its own. By {@code taskset} of util-linux.
 */
final class Processors implements AutoCloseable {
    private final List<Integer> before;
    private final int attacker;

    private Processors(List<Integer> before) throws IOException, InterruptedException {
        this.before = before;
        this.attacker = before.get(before.size() - 1);
        pin(List.of(before.get(0)));
    }

    /** Leaves this process one processor. The test is skipped where there are not two. */
    static Processors apart() throws IOException, InterruptedException {
        List<Integer> allowed = allowed();
        Assumptions.assumeTrue(
                allowed.size() > 1,
                "needs two processors, one for the gateway and one for the attacker; has " + allowed);
        return new Processors(allowed);
    }

    /** Begins a command that runs on the attacker's processor, with all that it starts. */
    List<String> attacker() {
        return List.of("taskset", "-c", Integer.toString(attacker));
    }

    private static List<Integer> allowed() throws IOException, InterruptedException {
        String list = taskset("-c", "-p", pid()).replaceAll(".*: ", "");
        return Arrays.stream(list.split(","))
                .map(range -> range.split("-"))
                .flatMap(range -> IntStream.rangeClosed(
                                Integer.parseInt(range[0]), Integer.parseInt(range[range.length - 1]))
                        .boxed())
                .toList();
    }

    private static void pin(List<Integer> to) throws IOException, InterruptedException {
        taskset(
                "-a",
                "-c",
                "-p",
                String.join(",", to.stream().map(String::valueOf).toList()),
                pid());
        if (!allowed().equals(to)) {
            throw new IOException("taskset left this process on " + allowed() + " instead of " + to);
        }
    }

    private static String pid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private static String taskset(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("taskset"));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
        return said;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        pin(before);
    }
}
