using Mesh.Client.Model;

namespace Mesh.Client.Health.Checks;

/// <summary>What an endpoint's checks have said so far: thresholds both ways, so that one odd result changes nothing.</summary>
internal sealed class CheckState
{
    private uint _passed;
    private uint _failed;

    /// <summary>Null before the first result.</summary>
    public bool? IsHealthy { get; private set; }

    public CheckTransition Record(ProbeResultKind result, HealthCheckPolicy policy)
    {
        var passed = result is ProbeResultKind.Passed;
        (_passed, _failed) = passed ? (_passed + 1, 0u) : (0u, _failed + 1);
        if (IsHealthy == passed)
        {
            return CheckTransition.None;
        }

        // The first result decides alone: nobody should wait several intervals for the obvious.
        var decided = IsHealthy is null
            || (passed ? _passed >= policy.HealthyThreshold : result is ProbeResultKind.Refused || _failed >= policy.UnhealthyThreshold);
        if (!decided)
        {
            return CheckTransition.Pending;
        }

        IsHealthy = passed;
        return CheckTransition.Changed;
    }
}
