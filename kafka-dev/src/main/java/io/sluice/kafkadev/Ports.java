package io.sluice.kafkadev;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports on loopback. */
final class Ports {
    /** The only address that a development broker listens on. */
    static final String HOST = "127.0.0.1";

    /** Below Linux' ephemeral range: a remembered port is not taken by somebody's outgoing connection meanwhile. */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 100;

    private Ports() {}

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // as Kafka does: a killed broker's old connections must not count
            socket.bind(new InetSocketAddress(HOST, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Somebody may take it before it is bound; then starting fails with a message that says so. */
    static int pick() {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new DevBrokerException(
                DevBrokerException.Code.PORT_BUSY,
                "no free port between " + LOWEST + " and " + HIGHEST + " in " + ATTEMPTS + " attempts; set "
                        + DevBrokerConfig.PORT_SETTING);
    }
}
