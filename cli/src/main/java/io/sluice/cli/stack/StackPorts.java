package io.sluice.cli.stack;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.DemoSection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks at the ports of the demo before anything is started, so that a busy one is named with its setting. */
public final class StackPorts {
    private StackPorts() {}

    /**
     * Binds the ports that are set, all at once, and lets them go.
     *
     * @throws CommandFailure naming each that is in use or set twice
     */
    public static void requireFree(DemoSection settings) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("demo.kafkaPort", settings.kafkaPort());
        ports.put("demo.gatewayPort", settings.gatewayPort());
        ports.put("demo.managementPort", settings.managementPort());
        ports.put("demo.auditPort", settings.auditPort());
        ports.put("demo.consolePort", settings.consolePort());
        ports.put("demo.revealPort", settings.revealPort());
        List<String> busy = new ArrayList<>();
        List<ServerSocket> held = new ArrayList<>();
        try {
            ports.forEach((setting, port) -> {
                if (port != 0 && !bind(port, held)) {
                    busy.add("port " + port + " (" + setting + ")");
                }
            });
        } finally {
            held.forEach(StackPorts::release);
        }
        if (!busy.isEmpty()) {
            throw new CommandFailure(String.join(" and ", busy) + (busy.size() == 1 ? " is" : " are")
                    + " in use; free it or set another one in sluice.yaml (0 picks a free one)");
        }
    }

    private static boolean bind(int port, List<ServerSocket> held) {
        try {
            ServerSocket socket = new ServerSocket();
            held.add(socket);
            socket.setReuseAddress(true); // connections of a demo that was just stopped do not count
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void release(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new CommandFailure("A port could not be let go", e);
        }
    }
}
