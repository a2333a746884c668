namespace Mesh.Client.Xds;

/// <summary>How many resources of one type have come, by what became of them; read from anywhere.</summary>
/// <param name="type">Without the host of its URL, such as <c>envoy.config.listener.v3.Listener</c>.</param>
internal sealed class UpdateTally(string type)
{
    private long _valid;
    private long _invalid;

    public string Type => type;

    public long Valid => Volatile.Read(ref _valid);

    public long Invalid => Volatile.Read(ref _invalid);

    /// <summary>Of one response.</summary>
    public void Count(int all, int invalid)
    {
        Interlocked.Add(ref _valid, Math.Max(0, all - invalid));
        Interlocked.Add(ref _invalid, invalid);
    }
}
