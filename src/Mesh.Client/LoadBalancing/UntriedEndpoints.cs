namespace Mesh.Client.LoadBalancing;

/// <summary>Finds an endpoint that a call has not been sent to, when drawing again and again did not.</summary>
/// <remarks>
/// Envoy then takes whatever was drawn. An endpoint that fails at once has the fewest requests in flight, so that least-request draws it most:
/// of two endpoints the dead one would get one retry in six a second time.
/// </remarks>
internal sealed class UntriedEndpoints(BalancedEndpoint[] endpoints, Random random)
{
    /// <summary>Null when every endpoint that takes requests has had its attempt.</summary>
    /// <param name="previous">The attempts of the call.</param>
    /// <param name="shares">Of the priorities; one without a share is left alone.</param>
    public BalancedEndpoint? Find(PreviousAttempts previous, int[] shares)
    {
        // From a random place on: the callers of a dead endpoint must not all go to one other.
        var start = random.Next(Math.Max(1, endpoints.Length));
        for (var step = 0; step < endpoints.Length; step++)
        {
            var endpoint = endpoints[(start + step) % endpoints.Length];
            if (endpoint.IsAvailable && endpoint.Priority < shares.Length && shares[endpoint.Priority] > 0 && !previous.Contains(endpoint))
            {
                return endpoint;
            }
        }

        return null;
    }
}
