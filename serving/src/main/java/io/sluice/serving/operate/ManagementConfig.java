package io.sluice.serving.operate;

/**
 * The management port: plain HTTP without authentication, hence on loopback unless somebody decides otherwise.
 *
 * @param host address to bind
 * @param port port to bind, 0 for a free one
 */
public record ManagementConfig(String host, int port) {
    /** What a gateway uses where nothing else is configured. */
    public static final ManagementConfig DEFAULT = new ManagementConfig("127.0.0.1", 9444);

    public ManagementConfig {
        if (host.isBlank() || port < 0 || port > 65_535) {
            throw new IllegalArgumentException("management: host must be set, port must be 0 to 65535");
        }
    }
}
