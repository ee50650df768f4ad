package io.reliableoutbox.lab.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TurnstileTest {
  private final List<CompletableFuture<String>> sent = new ArrayList<>();
  private final Turnstile turnstile = new Turnstile(2);

  @Test
  void as_many_as_there_are_places_go_at_once_and_each_end_lets_one_more_in() {
    var answers = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < 4; i++) {
      answers.add(turnstile.pass(this::send));
    }
    assertThat(sent).hasSize(2);

    sent.get(0).complete("fine");
    assertThat(answers.get(0)).isCompletedWithValue("fine");
    assertThat(sent).hasSize(3);
    sent.get(1).completeExceptionally(new IllegalStateException("refused"));
    assertThat(answers.get(1)).isCompletedExceptionally();
    assertThat(sent).hasSize(4);

    sent.get(2).complete("fine");
    sent.get(3).complete("fine");
    assertThat(answers).allSatisfy(answer -> assertThat(answer).isDone());
    answers.add(turnstile.pass(this::send));
    assertThat(sent).as("the places are free again").hasSize(5);
  }

  private CompletableFuture<String> send() {
    var answer = new CompletableFuture<String>();
    sent.add(answer);
    return answer;
  }
}
