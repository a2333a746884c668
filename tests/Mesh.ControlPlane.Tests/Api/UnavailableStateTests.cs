namespace Mesh.ControlPlane.Tests.Api;

/// <summary>What the API answers while the database of its state is away: reads from memory go on, the rest is told to come again.</summary>
public sealed class UnavailableStateTests
{
    private const string Tokens = "/api/v1/tokens";
    private const string Asked = """{"namespace": "default", "serviceAccount": "reviews"}""";

    [Theory]
    [InlineData("POST", Tokens, Asked)]
    [InlineData("POST", "/api/v1/namespaces/default/serviceaccounts/reviews/token", """{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}""")]
    public async Task Change_WhileTheDatabaseIsAway_IsAStatus503WithATimeToComeBack(string method, string path, string body)
    {
        using var state = new AwayState();
        await using var api = await RunningApi.StartAsync(state: state);
        (await api.Client.PostAsync("/api/v1/namespaces/default/serviceaccounts", """{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "reviews"}}""")).Expect(201);
        state.IsAway = true;

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = api.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")) };
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = (await api.Client.SendAsync(method, path, body)).Expect(503);

        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter!.Delta);
        Assert.Equal(("ServiceUnavailable", "2"), (answer.Reason, answer.Text("details.retryAfterSeconds")));
        Assert.DoesNotContain("PostgreSQL", answer.Message, StringComparison.Ordinal);
        state.IsAway = false;
        (await api.Client.SendAsync(method, path, body)).Expect(201);
    }

    [Fact]
    public async Task Read_WhileTheDatabaseIsAway_IsServedFromMemory()
    {
        using var state = new AwayState();
        await using var api = await RunningApi.StartAsync(state: state);
        var made = (await api.Client.PostAsync(Tokens, Asked)).Expect(201);
        state.IsAway = true;

        var list = (await api.Client.GetAsync(Tokens)).Expect(200);
        (await api.Client.GetAsync("/apis/networking.istio.io/v1/virtualservices")).Expect(200);
        var revoked = (await api.Client.DeleteAsync($"{Tokens}/{made.Text("id")}")).Expect(503);

        Assert.Equal(made.Text("id"), list.Items[0]!["id"]!.ToString());
        Assert.Equal("ServiceUnavailable", revoked.Reason);
    }
}
