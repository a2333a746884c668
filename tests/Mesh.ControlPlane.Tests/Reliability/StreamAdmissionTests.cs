using Mesh.ControlPlane.Serving.Streams;
using Mesh.Protocol.Grpc;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Reliability;

/// <summary>Everybody comes back at once (fault matrix B06).</summary>
public sealed class StreamAdmissionTests
{
    [Fact]
    public void B06_FiveThousandComeAtOnce_AreTakenInAtTheRateAndSpreadOverIt()
    {
        var time = new FakeTimeProvider();
        var admission = new StreamAdmission(perSecond: 500, burst: 1_000, time, new Random(1));
        var waiting = new PriorityQueue<int, DateTimeOffset>(Enumerable.Range(0, 5_000).Select(client => (client, time.GetUtcNow())));
        var (attempts, start) = (0, time.GetUtcNow());
        var bySecond = new Dictionary<int, int>();

        while (waiting.TryDequeue(out var client, out var due))
        {
            time.Advance(due > time.GetUtcNow() ? due - time.GetUtcNow() : TimeSpan.Zero);
            attempts++;
            try
            {
                admission.Enter();
                var second = (int)(time.GetUtcNow() - start).TotalSeconds;
                bySecond[second] = bySecond.GetValueOrDefault(second) + 1;
            }
            catch (GrpcException exception)
            {
                Assert.Equal(GrpcStatusCode.Unavailable, exception.Code);
                Assert.InRange(exception.Pushback!.Value, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(60));
                waiting.Enqueue(client, time.GetUtcNow() + exception.Pushback.Value);
            }
        }

        Assert.Equal(5_000, bySecond.Values.Sum());
        Assert.InRange((time.GetUtcNow() - start).TotalSeconds, 7, 30);
        Assert.All(bySecond.Where(second => second.Key > 0), second => Assert.InRange(second.Value, 0, 1_001));
        Assert.InRange(attempts, 5_000, 20_000);
    }

    [Fact]
    public void B06_QuietTime_EverybodyIsTakenInAtOnce()
    {
        var time = new FakeTimeProvider();
        var admission = new StreamAdmission(perSecond: 10, burst: 20, time, new Random(1));
        for (var client = 0; client < 20; client++)
        {
            admission.Enter();
        }

        Assert.Throws<GrpcException>(admission.Enter);
        time.Advance(TimeSpan.FromSeconds(1));
        for (var client = 0; client < 10; client++)
        {
            admission.Enter();
        }
    }
}
