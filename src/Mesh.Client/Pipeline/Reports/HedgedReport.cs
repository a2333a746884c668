namespace Mesh.Client.Pipeline.Reports;

/// <summary>Makes the report of a hedged call out of that of the attempt that won, whichever comes first: its end, or that it has won.</summary>
internal sealed class HedgedReport
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private OutboundCall? _whole;
    private int _attempts;
    private OutboundCall? _part;
    private CallReport _report;

    /// <summary>The attempt has ended.</summary>
    public void End(OutboundCall part, in CallReport report)
    {
        lock (_lock)
        {
            (_part, _report) = (part, report);
        }

        TellIfWon();
    }

    /// <summary>The attempt's answer is that of the call.</summary>
    /// <param name="whole">The call.</param>
    /// <param name="attempts">How many it had.</param>
    public void Win(OutboundCall whole, int attempts)
    {
        lock (_lock)
        {
            (_whole, _attempts) = (whole, attempts);
        }

        TellIfWon();
    }

    private void TellIfWon()
    {
        lock (_lock)
        {
            if (_whole is not { } whole || _part is not { } part)
            {
                return;
            }

            whole.Endpoint = part.Endpoint;
            whole.Record!.EndAs(_report with { Attempts = _attempts });
        }
    }
}
