package io.sluice.cli.stack;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.GatewaySettings;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.tls.TlsConfig;
import java.util.List;
import java.util.Map;

/** The gateway's settings in an embedded stack: the limits of its section, the demo's ports, the development certificates. */
final class StackGateway {
    private StackGateway() {}

    static GatewayConfig config(SluiceConfig config, ClusterLayout layout, PkiFiles pki, Map<String, Object> kafka) {
        var server = pki.identity(DevIdentity.GATEWAY);
        TlsConfig tls = new TlsConfig(
                server.chain(),
                server.key(),
                pki.trust(),
                List.of(pki.rootCrl(), pki.intermediateCrl()),
                TlsConfig.DEFAULT_RELOAD);
        return GatewaySettings.of(
                config.gateway(),
                layout,
                DataPortConfig.of("127.0.0.1", config.demo().gatewayPort(), tls),
                new ManagementConfig("127.0.0.1", config.demo().managementPort()),
                kafka,
                config.policy().status());
    }
}
