namespace Mesh.Client.Hosting.Starvation;

/// <summary>A piece of work that does nothing but tell that it was begun.</summary>
/// <remarks>On monitors, which need neither the pool nor a timer.</remarks>
internal sealed class PoolProbe
{
    private readonly object _gate = new();

    // Guarded by _gate.
    private bool _over;

    public void Run()
    {
        lock (_gate)
        {
            _over = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Whether it has run, now or within the time.</summary>
    public bool Wait(TimeSpan time)
    {
        lock (_gate)
        {
            return _over || (Monitor.Wait(_gate, time) && _over);
        }
    }
}
