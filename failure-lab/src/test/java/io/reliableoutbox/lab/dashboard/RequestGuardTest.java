package io.reliableoutbox.lab.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestGuardTest {
  @ParameterizedTest
  @CsvSource({
    "true,localhost:8080,,,true",
    "true,127.0.0.1:8080,,,true",
    "true,[::1]:8080,,,true",
    "true,localhost,,,true",
    "true,localhost:8080,http://localhost:8080,same-origin,true",
    "true,localhost:8080,http://127.0.0.1:8080,,false",
    "true,localhost:8080,http://evil.example,cross-site,false",
    "true,localhost:8080,,cross-site,false",
    "true,localhost:8080,null,,false",
    "true,evil.example:8080,http://evil.example:8080,same-origin,false",
    "true,,,,false",
    "false,lab.internal:8080,http://lab.internal:8080,,true",
    "false,lab.internal:8080,http://evil.example,,false",
  })
  void lets_in_programs_and_its_own_page_only(
      boolean localOnly, String host, String origin, String fetchSite, boolean allowed) {
    var headers = new Headers();
    set(headers, "Host", host);
    set(headers, "Origin", origin);
    set(headers, "Sec-Fetch-Site", fetchSite);
    assertThat(new RequestGuard(localOnly).allows(headers)).isEqualTo(allowed);
  }

  private static void set(Headers headers, String name, String value) {
    if (value != null) {
      headers.set(name, value);
    }
  }
}
