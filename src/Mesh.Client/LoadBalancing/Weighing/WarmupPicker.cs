namespace Mesh.Client.LoadBalancing.Weighing;

/// <summary>Picks by growing weights until the last endpoint is warm, and from then on as if there were no slow start.</summary>
internal sealed class WarmupPicker(EndpointPicker warming, EndpointPicker settled, long warmAt, TimeProvider time) : EndpointPicker
{
    private volatile bool _isWarm;

    public override BalancedEndpoint Pick(ulong hash, int attempt)
    {
        if (!_isWarm)
        {
            if (time.GetTimestamp() < warmAt)
            {
                return warming.Pick(hash, attempt);
            }

            _isWarm = true;
        }

        return settled.Pick(hash, attempt);
    }
}
