using System.Net;
using System.Net.Http.Headers;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Pipeline.Attempts;

/// <summary>gRPC's own rules (gRFC A6, A44): statuses of trailers-only responses, push-back, attempts that say their number.</summary>
public sealed class GrpcRetryTests
{
    private readonly List<string?> _previousAttempts = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cancelled", 1, 3)]
    [InlineData("deadline-exceeded", 4, 3)]
    [InlineData("resource-exhausted", 8, 3)]
    [InlineData("internal", 13, 3)]
    [InlineData("unavailable", 14, 3)]
    [InlineData("unavailable", 13, 1)]
    [InlineData("cancelled,deadline-exceeded,internal,resource-exhausted,unavailable", 2, 1)]
    [InlineData("cancelled,deadline-exceeded,internal,resource-exhausted,unavailable", 0, 1)]
    public async Task SendAsync_ATrailersOnlyStatus_IsRepeatedWhenThePolicyNamesIt(string retryOn, int status, int attempts)
    {
        using var mesh = Mesh(retryOn, 2, _ => TrailersOnly(status));

        using var response = await mesh.Invoker.SendAsync(Call(), Cancellation);

        Assert.Equal(new string?[] { null, "1", "2" }.Take(attempts), _previousAttempts);
    }

    [Fact]
    public async Task SendAsync_WithManyAttempts_StopsAtFive()
    {
        using var mesh = Mesh("unavailable", 50, _ => TrailersOnly(14));

        using var response = await mesh.Invoker.SendAsync(Call(), Cancellation);

        Assert.Equal(5, _previousAttempts.Count);
    }

    [Fact]
    public async Task SendAsync_AStatusAfterHeaders_IsNotRepeated()
    {
        using var mesh = Mesh("unavailable", 2, _ =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([0, 0, 0, 0, 0]) };
            response.TrailingHeaders.Add("grpc-status", "14");
            return response;
        });

        using var response = await mesh.Invoker.SendAsync(Call(), Cancellation);

        Assert.Single(_previousAttempts);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("")]
    public async Task E05_WithPushbackThatForbids_SendsOnce(string pushback)
    {
        using var mesh = Mesh("unavailable", 2, _ => TrailersOnly(14, pushback));

        using var response = await mesh.Invoker.SendAsync(Call(), Cancellation);

        Assert.Single(_previousAttempts);
    }

    [Fact]
    public async Task E05_WithPushback_WaitsExactlyAsLong()
    {
        var time = new FakeTimeProvider();
        using var mesh = Mesh("unavailable", 1, attempt => attempt == 1 ? TrailersOnly(14, "1500") : TrailersOnly(0), time);

        var sent = mesh.Invoker.SendAsync(Call(), Cancellation);
        time.Advance(TimeSpan.FromMilliseconds(1499));
        Assert.Single(_previousAttempts);
        time.Advance(TimeSpan.FromMilliseconds(1));

        using var response = await sent;
        Assert.Equal(["0"], response.Headers.GetValues("grpc-status"));
    }

    private static HttpRequestMessage Call()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://reviews/reviews.Reviews/Get") { Content = new ByteArrayContent([0, 0, 0, 0, 0]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return request;
    }

    private static HttpResponseMessage TrailersOnly(int status, string? pushback = null)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
        response.Headers.Add("grpc-status", status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (pushback is not null)
        {
            response.Headers.TryAddWithoutValidation("grpc-retry-pushback-ms", pushback);
        }

        return response;
    }

    private OutboundHarness Mesh(string retryOn, int retries, Func<int, HttpResponseMessage> answer, TimeProvider? time = null) =>
        new OutboundHarness(
            new ScriptedEndpoints((request, _) =>
            {
                _previousAttempts.Add(request.Headers.TryGetValues("grpc-previous-rpc-attempts", out var values) ? values.Single() : null);
                var response = answer(_previousAttempts.Count);
                response.RequestMessage = request;
                return Task.FromResult(response);
            }),
            time: time).Retry("reviews", RetryLoopTests.Retrying(retryOn, retries), null, 1);
}
