using Mesh.Client.Health;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Health;

/// <summary>An endpoint that only health knows.</summary>
internal sealed class FakeEndpoint(int number) : IMonitoredEndpoint
{
    public EndpointAddress Address { get; } = new($"10.0.0.{number}", 80);

    public bool IsEjected { get; set; }

    public bool IsHealthy { get; set; } = true;

    public EndpointMonitor? Monitor { get; set; }

    public void Answer(int status, int times = 1) => Report(new AttemptOutcome(status, AttemptOutcome.NoGrpcStatus, LocalOrigin.None, TimeSpan.Zero), times);

    public void AnswerGrpc(int status, int times = 1) => Report(new AttemptOutcome(200, status, LocalOrigin.None, TimeSpan.Zero), times);

    public void Fail(LocalOrigin origin, int times = 1) => Report(new AttemptOutcome(0, AttemptOutcome.NoGrpcStatus, origin, TimeSpan.Zero), times);

    private void Report(AttemptOutcome outcome, int times)
    {
        for (; times > 0; times--)
        {
            Monitor?.Report(outcome);
        }
    }
}
