using Mesh.Client.Model.Taps;

namespace Mesh.Client.Pipeline.Taps;

/// <summary>An order that holds, and how many requests of this second it has seen.</summary>
internal sealed class ActiveTap(TapOrder order, TimeProvider time)
{
    private long _second;
    private int _taken;

    public TapOrder Order => order;

    /// <summary>Whether one more request may be told now.</summary>
    public bool TryTake()
    {
        var now = time.GetUtcNow();
        if (now >= order.EndsAt)
        {
            return false;
        }

        var second = now.ToUnixTimeSeconds();
        if (Interlocked.Exchange(ref _second, second) != second)
        {
            Interlocked.Exchange(ref _taken, 0);
        }

        return Interlocked.Increment(ref _taken) <= order.MaxPerSecond;
    }
}
