package io.reliableoutbox.order;

import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An answer over HTTP. */
public record Answer(HttpResponse<String> response) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public int status() {
    return response.statusCode();
  }

  public String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  public JsonNode json() {
    return JSON.readTree(response.body());
  }

  public String text(String member) {
    return json().path(member).asString();
  }

  public boolean isProblem() {
    return header("content-type").startsWith("application/problem+json")
        && json().path("status").intValue() == status();
  }

  @Override
  public String toString() {
    return status() + " " + response.body();
  }
}
