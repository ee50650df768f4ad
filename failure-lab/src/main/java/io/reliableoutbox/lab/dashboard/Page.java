package io.reliableoutbox.lab.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The one page: HTML, style and script in one file, without anything from elsewhere. */
record Page(String html) {
  static Page load() {
    try (var file = Page.class.getResourceAsStream("/dashboard/index.html")) {
      var bytes = Objects.requireNonNull(file, "dashboard/index.html").readAllBytes();
      return new Page(new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply reply() {
    return Reply.html(html);
  }
}
