using System.Diagnostics;
using Mesh.Server.Gateway.Forwarding;

namespace Mesh.Server.Tests.Gateway;

/// <summary>Whether a request that goes on is spared a span is told by who could see it.</summary>
public sealed class UnseenActivityTests
{
    [Fact]
    public void Find_OfAnActivityForLogsAlone_TellsTheCalleeOfItOnce()
    {
        using var activity = new Activity("Request").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var message = new HttpRequestMessage();

        var found = new UnseenActivity(server: null).Find(message);

        Assert.Same(activity, found);
        Assert.Equal(activity.Id, Assert.Single(message.Headers.GetValues("traceparent")));
    }

    [Fact]
    public void Find_OfARequestThatBringsItsTrace_LeavesItAsItIs()
    {
        const string Brought = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
        using var activity = new Activity("Request").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var message = new HttpRequestMessage();
        message.Headers.TryAddWithoutValidation("traceparent", Brought);

        new UnseenActivity(server: null).Find(message);

        Assert.Equal(Brought, Assert.Single(message.Headers.GetValues("traceparent")));
    }

    [Fact]
    public void Find_WhereSomebodyReadsAspNetCoresEvents_FindsNone()
    {
        using var server = new DiagnosticListener(nameof(UnseenActivityTests));
        using var subscription = server.Subscribe(new Reader());
        using var activity = new Activity("Request").Start();
        using var message = new HttpRequestMessage();

        Assert.Null(new UnseenActivity(server).Find(message));
        Assert.False(message.Headers.Contains("traceparent"));
    }

    [Fact]
    public void Find_OfAnActivityThatSomebodyTakes_FindsNone()
    {
        using var source = new ActivitySource(nameof(UnseenActivityTests));
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => ReferenceEquals(candidate, source),
            Sample = static (ref _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using var activity = source.StartActivity("Request");
        using var message = new HttpRequestMessage();

        Assert.NotNull(activity);
        Assert.Null(new UnseenActivity(server: null).Find(message));
    }

    private sealed class Reader : IObserver<KeyValuePair<string, object?>>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
        }
    }
}
