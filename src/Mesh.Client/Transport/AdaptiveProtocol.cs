namespace Mesh.Client.Transport;

/// <summary>Chooses between HTTP/1.1 and HTTP/2 for the calls at one endpoint: many at a time are cheaper together on one connection, single ones alone.</summary>
/// <remarks>
/// Both ways over mutual TLS: from a few calls at a time up HTTP/2 saves records, system calls and handshakes; one at a time pays for its frames and its second thread
/// (docs/benchmarks.md). Connections of the version that is left stay until they are idle too long, so that going back costs nothing.
/// </remarks>
internal sealed class AdaptiveProtocol
{
    /// <summary>So many calls under way, the new one included, make it HTTP/2: at once, as they would need that many connections.</summary>
    public const int ManyCalls = 4;

    /// <summary>So few are better off with HTTP/1.1; what lies between changes nothing.</summary>
    public const int FewCalls = 2;

    /// <summary>So many calls in a row met few others before HTTP/2 is left: a pause between two bursts is not the end of them.</summary>
    public const int CalmCalls = 64;

    // Written by every call without a lock: a count that is lost only moves the change by a call.
    private volatile bool _isMany;
    private volatile int _calm;

    /// <param name="calls">Those at the endpoint that have not ended, the new one included.</param>
    public bool ChoosesHttp2(int calls)
    {
        if (calls >= ManyCalls)
        {
            if (!_isMany || _calm != 0)
            {
                (_isMany, _calm) = (true, 0);
            }

            return true;
        }

        if (!_isMany)
        {
            return false;
        }

        if (calls > FewCalls)
        {
            return true;
        }

        if (++_calm < CalmCalls)
        {
            return true;
        }

        (_isMany, _calm) = (false, 0);
        return false;
    }
}
