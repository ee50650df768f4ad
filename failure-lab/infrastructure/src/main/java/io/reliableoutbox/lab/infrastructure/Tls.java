package io.reliableoutbox.lab.infrastructure;

import java.nio.file.Path;

/** What a server shows to clients that come by TLS: PEM files. */
public record Tls(Path certificate, Path privateKey) {}
