package io.sluice.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Passes TCP connections on to the data port, each behind the same PROXY header. */
final class Balancer implements AutoCloseable {
    private final ServerSocket listening;
    private final int gateway;
    private final byte[] header;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    Balancer(int gateway, byte[] header) throws IOException {
        this.gateway = gateway;
        this.header = header;
        this.listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket caller = listening.accept();
                Socket passedOn = new Socket("127.0.0.1", gateway);
                open.add(caller);
                open.add(passedOn);
                passedOn.getOutputStream().write(header);
                threads.execute(() -> pump(caller, passedOn));
                threads.execute(() -> pump(passedOn, caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException gone) {
            return; // the other direction ends as well
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
