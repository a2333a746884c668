using Mesh.Client.Pipeline;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Pipeline;

/// <summary>The alarm of calls and attempts: exact about what it ends, whatever its timer was set to before.</summary>
public sealed class DeadlineAlarmTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly DeadlineAlarm _alarm;

    public DeadlineAlarmTests() => _alarm = new DeadlineAlarm(_time);

    public void Dispose() => _alarm.Dispose();

    [Fact]
    public void Set_WhenTheTimeHasCome_CancelsTheSource()
    {
        Assert.True(_alarm.Set(In(2 * Second)));

        _time.Advance(Second);
        Assert.False(_alarm.Source.IsCancellationRequested);

        _time.Advance(Second);
        Assert.True(_alarm.Source.IsCancellationRequested);
        Assert.True(_alarm.HasRung);
    }

    [Fact]
    public void Set_LaterThanTheTimerRuns_RingsAtTheLaterTime()
    {
        _alarm.Set(In(Second));
        _alarm.Set(In(3 * Second));

        _time.Advance(2 * Second);
        Assert.False(_alarm.HasRung);

        _time.Advance(Second);
        Assert.True(_alarm.HasRung);
    }

    [Fact]
    public void Set_EarlierThanTheTimerRuns_RingsAtTheEarlierTime()
    {
        _alarm.Set(In(TimeSpan.FromDays(3)));
        _alarm.Set(In(Second));

        _time.Advance(Second);

        Assert.True(_alarm.HasRung);
    }

    [Fact]
    public void Set_FartherThanATimerReaches_RingsAllTheSame()
    {
        _alarm.Set(In(TimeSpan.FromDays(100)));

        _time.Advance(TimeSpan.FromDays(99));
        Assert.False(_alarm.HasRung);

        _time.Advance(TimeSpan.FromDays(1));
        Assert.True(_alarm.HasRung);
    }

    [Fact]
    public void Set_NeverAndAgain_RingsForTheSecondAlone()
    {
        _alarm.Set(In(Second));
        _alarm.Set(DeadlineAlarm.Never);
        _time.Advance(5 * Second);
        Assert.False(_alarm.HasRung);

        _alarm.Set(In(Second));
        _time.Advance(Second);

        Assert.True(_alarm.HasRung);
    }

    [Fact]
    public void Set_AfterItHasRung_ChangesNothingUntilReset()
    {
        _alarm.Ring();
        var rung = _alarm.Source;
        Assert.False(_alarm.Set(In(Second)));

        _alarm.Reset();

        Assert.True(rung.IsCancellationRequested);
        Assert.False(_alarm.Source.IsCancellationRequested);
        Assert.True(_alarm.Set(In(Second)));
        _time.Advance(Second);
        Assert.True(_alarm.HasRung);
    }

    [Fact]
    public void Set_ManyCallsInTheTimeOfOne_NeedOneTimer()
    {
        for (var call = 0; call < 100; call++)
        {
            _alarm.Set(In(30 * Second));
            _alarm.Set(In(10 * Second));
            _alarm.Set(DeadlineAlarm.Never);
            _time.Advance(TimeSpan.FromMilliseconds(50));
            Assert.Equal(1, _time.PendingTimers);
        }
    }

    /// <summary>The timer's thread meets the owner at every point of its way, on the real clock.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Set_NeverInTimeWhileTheTimerRings_IsNeverCancelled()
    {
        using var alarm = new DeadlineAlarm(TimeProvider.System);
        await Task.Run(
            () =>
            {
                var limit = TimeSpan.FromMicroseconds(1_500).Ticks * TimeProvider.System.TimestampFrequency / TimeSpan.TicksPerSecond;
                var start = TimeProvider.System.GetTimestamp();
                while (TimeProvider.System.GetElapsedTime(start) < Second)
                {
                    alarm.Set(TimeProvider.System.GetTimestamp() + limit);
                    if (!alarm.Set(DeadlineAlarm.Never))
                    {
                        alarm.Reset();
                    }

                    Assert.False(alarm.Source.IsCancellationRequested);
                }
            },
            TestContext.Current.CancellationToken);
    }

    private long In(TimeSpan span) => _time.GetTimestamp() + (long)Math.Ceiling(span.TotalSeconds * _time.TimestampFrequency);
}
