package io.sluice.gateway;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * Attacks a data port from a process of its own on a processor of its own: a real attacker takes none of the gateway's but
 * through the gateway.
 */
final class Attacker {
    private Attacker() {}

    /**
     * Starts one.
     *
     * @param processors whose other one it takes
     * @param output what it says
     * @param arguments {@code slow TOOL ARGUMENTS...}, with the tool's {@code -u} left out, or {@code resets PER_SECOND}
     */
    static Process start(Processors processors, PkiFiles pki, int gateway, Path output, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(processors.attacker());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Attacker.class.getName(),
                pki.folder().toString(),
                Integer.toString(gateway)));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    public static void main(String[] arguments) throws Exception {
        PkiFiles pki = new PkiFiles(Path.of(arguments[0]));
        int gateway = Integer.parseInt(arguments[1]);
        if (arguments[2].equals("slow")) {
            slow(pki, gateway, List.of(arguments).subList(3, arguments.length));
        } else {
            resets(pki, gateway, Integer.parseInt(arguments[3]));
        }
    }

    private static void slow(PkiFiles pki, int gateway, List<String> tool) throws Exception {
        try (MutualTlsBridge bridge = new MutualTlsBridge(pki, gateway, "http/1.1")) {
            List<String> command = new ArrayList<>(tool);
            command.addAll(List.of("-u", "http://127.0.0.1:" + bridge.port() + DataPortDrillTest.ORDERS));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            System.out.println(process.inputReader().lines().collect(Collectors.joining("\n")));
        }
    }

    /**
     * New connections at a rate, each reset until it is ended, or kept out for one that was before: another producer's, of
     * another address of this machine, as one is kept out by certificate and by address. Tells how often each, every second,
     * until it is killed.
     */
    private static void resets(PkiFiles pki, int gateway, int perSecond) throws Exception {
        SSLContext another = Http.context(pki, pki.identity(DevIdentity.ST_ELSEWHERE));
        InetAddress elsewhere = InetAddress.getByName("127.0.0.2");
        AtomicInteger floods = new AtomicInteger();
        AtomicInteger keptOut = new AtomicInteger();
        ScheduledExecutorService attacks = Executors.newScheduledThreadPool(4);
        var unused = attacks.scheduleAtFixedRate(
                () -> attacks.execute(() -> {
                    try {
                        RawHttp2.reason(
                                another.getSocketFactory().createSocket("127.0.0.1", gateway, elsewhere, 0),
                                RawHttp2::resets);
                        floods.incrementAndGet();
                    } catch (Exception closed) {
                        keptOut.incrementAndGet();
                    }
                }),
                0,
                Duration.ofSeconds(1).toNanos() / perSecond,
                TimeUnit.NANOSECONDS);
        attacks.scheduleAtFixedRate(
                        () -> System.out.println("floods " + floods + " kept out " + keptOut), 1, 1, TimeUnit.SECONDS)
                .get();
    }
}
