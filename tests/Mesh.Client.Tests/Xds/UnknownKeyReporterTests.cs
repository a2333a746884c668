using Mesh.Client.Xds.Keys;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Xds;

public sealed class UnknownKeyReporterTests
{
    private readonly FakeTimeProvider _time = new();
    private int _opened;

    [Fact]
    public void S83_FloodOfUnknownKeys_IsOneReportOfEachIssuer()
    {
        var reporter = Reporter();

        for (var number = 0; number < 1_000; number++)
        {
            reporter.Report("https://a");
            reporter.Report("https://b");
        }

        Assert.Equal(2, _opened);
    }

    [Fact]
    public void Report_ThatFoundNoControlPlane_IsMadeAgainSoon()
    {
        var reporter = Reporter();
        reporter.Report("https://a");

        _time.Advance(UnknownKeyReporter.Retry - TimeSpan.FromMilliseconds(1));
        reporter.Report("https://a");
        Assert.Equal(1, _opened);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        reporter.Report("https://a");
        Assert.Equal(2, _opened);
    }

    private UnknownKeyReporter Reporter() => new(
        () =>
        {
            _opened++;
            return null;
        },
        _time,
        NullLogger<UnknownKeyReporter>.Instance);
}
