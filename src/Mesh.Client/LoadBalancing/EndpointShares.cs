namespace Mesh.Client.LoadBalancing;

/// <summary>Endpoints that can be drawn at random in proportion to their weights.</summary>
internal sealed class EndpointShares
{
    private readonly WeightedEndpoint[] _endpoints;

    // The upper end of each share; null when all are equal.
    private readonly double[]? _ends;

    public EndpointShares(WeightedEndpoint[] endpoints)
    {
        _endpoints = endpoints;
        if (Array.TrueForAll(endpoints, endpoint => endpoint.Weight.Equals(endpoints[0].Weight)))
        {
            return;
        }

        _ends = new double[endpoints.Length];
        var end = 0d;
        for (var index = 0; index < endpoints.Length; index++)
        {
            _ends[index] = end += endpoints[index].Weight;
        }
    }

    public ref readonly WeightedEndpoint Draw(Random random)
    {
        if (_ends is null)
        {
            return ref _endpoints[random.Next(_endpoints.Length)];
        }

        var found = Array.BinarySearch(_ends, random.NextDouble() * _ends[^1]);
        // A hit is the end of a share, which belongs to the next one; rounding may reach past the last.
        var index = found < 0 ? ~found : found + 1;
        return ref _endpoints[Math.Min(index, _endpoints.Length - 1)];
    }
}
