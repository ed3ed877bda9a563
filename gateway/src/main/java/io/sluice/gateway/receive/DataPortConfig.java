package io.sluice.gateway.receive;

import io.sluice.serving.address.AddressBlock;
import io.sluice.serving.tls.TlsConfig;
import java.util.List;

/**
 * The data port.
 *
 * @param host address to bind
 * @param port port to bind, 0 for a free one
 * @param eventLoops threads that read and write connections, TLS included
 * @param workers threads that parse, admit and seal
 * @param tls its files
 * @param limits its bounds
 * @param decompression whether bodies may be compressed
 * @param proxies balancers that pass TCP connections on and begin each with a header of the PROXY protocol; whoever connects
 *     from there says whose connection it is
 */
public record DataPortConfig(
        String host,
        int port,
        int eventLoops,
        int workers,
        TlsConfig tls,
        ReceiveLimits limits,
        Decompression decompression,
        List<AddressBlock> proxies) {
    /** Port where nothing else is configured. */
    public static final int DEFAULT_PORT = 8443;

    /** Most entries of {@code proxies}: each new connection is compared with all of them. */
    public static final int MAX_PROXIES = 100;

    public DataPortConfig {
        if (host.isBlank() || port < 0 || port > 65_535) {
            throw new IllegalArgumentException("data port: host must be set, port must be 0 to 65535");
        }
        if (eventLoops < 1 || eventLoops > 64 || workers < 1 || workers > 256) {
            throw new IllegalArgumentException("data port: eventLoops must be 1 to 64, workers 1 to 256");
        }
        proxies = List.copyOf(proxies);
        if (proxies.size() > MAX_PROXIES) {
            throw new IllegalArgumentException("data port: at most " + MAX_PROXIES + " proxies");
        }
    }

    /** Threads by the machine's cores. */
    public static DataPortConfig of(String host, int port, TlsConfig tls) {
        int cores = Runtime.getRuntime().availableProcessors();
        return new DataPortConfig(
                host,
                port,
                Math.min(8, cores),
                Math.min(32, Math.max(2, cores)),
                tls,
                ReceiveLimits.DEFAULT,
                Decompression.OFF,
                List.of());
    }
}
