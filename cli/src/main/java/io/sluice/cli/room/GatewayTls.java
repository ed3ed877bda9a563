package io.sluice.cli.room;

import io.sluice.cli.config.GatewaySection;
import io.sluice.cli.config.GatewaySection.Tls;
import io.sluice.serving.tls.OwnCertificate;
import io.sluice.serving.tls.TlsConfig;
import io.sluice.serving.tls.TlsEngine;
import io.sluice.serving.tls.TlsOptions;
import java.util.List;

/** TLS of {@code sluice.yaml} as the data port takes it. */
final class GatewayTls {
    private GatewayTls() {}

    /** The files that have to be there. */
    static Needed needed(GatewaySection section) {
        Tls tls = section.tls();
        Needed needed = new Needed();
        if (Tls.isSet(tls.denied())) {
            needed.file("gateway.tls.denied", tls.denied(), "an empty file denies nobody");
        }
        return Tls.isSet(tls.pkcs12())
                ? needed.file("gateway.tls.pkcs12", tls.pkcs12(), "set it to the PKCS#12 store of key and chain")
                        .file("gateway.tls.pkcs12Password", tls.pkcs12Password(), "write the store's password into it")
                : needed.pem("gateway.chain", section.chain()).pem("gateway.key", section.key());
    }

    static TlsConfig of(GatewaySection section) {
        Tls tls = section.tls();
        OwnCertificate own = Tls.isSet(tls.pkcs12())
                ? new OwnCertificate.Pkcs12(tls.pkcs12(), tls.pkcs12Password())
                : new OwnCertificate.Pem(section.chain(), section.key());
        TlsOptions options = new TlsOptions(
                tls.tls12(),
                tls.engine().equals("openssl") ? TlsEngine.OPENSSL : TlsEngine.JDK,
                Tls.isSet(tls.denied()) ? tls.denied() : null);
        return new TlsConfig(own, section.trust(), List.of(section.crls()), options, TlsConfig.DEFAULT_RELOAD);
    }
}
