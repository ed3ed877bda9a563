package io.sluice.gateway;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Carries plain connections into the data port as the web shop: for tools that have no client certificates. */
final class MutualTlsBridge implements AutoCloseable {
    private final ServerSocket listening;
    private final SSLContext producer;
    private final int gateway;
    private final String protocol;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** @param protocol what ALPN asks for: {@code h2} or {@code http/1.1} */
    MutualTlsBridge(PkiFiles pki, int gateway, String protocol) throws IOException {
        this.producer = Http.context(pki, pki.identity(DevIdentity.WEBSHOP));
        this.gateway = gateway;
        this.protocol = protocol;
        this.listening = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket plain = listening.accept();
                open.add(plain);
                threads.execute(() -> carry(plain));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void carry(Socket plain) {
        try (plain;
                SSLSocket secure = (SSLSocket) producer.getSocketFactory().createSocket("localhost", gateway)) {
            open.add(secure);
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setApplicationProtocols(List.of(protocol).toArray(String[]::new));
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            threads.execute(() -> pump(plain, secure, secure));
            pump(secure, plain, null);
        } catch (IOException gone) {
            return; // one side left
        } finally {
            open.remove(plain);
        }
    }

    private static void pump(Socket from, Socket to, @Nullable Socket closeAfter) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16 << 10];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                out.flush();
            }
            if (closeAfter != null) {
                closeAfter.close();
            }
        } catch (IOException gone) {
            return; // the other direction ends it
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
