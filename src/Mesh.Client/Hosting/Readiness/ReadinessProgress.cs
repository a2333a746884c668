using Mesh.Client.Model;

namespace Mesh.Client.Hosting.Readiness;

/// <summary>What the checks of one probe have said so far; thresholds both ways, as kubelet and istio-agent have them.</summary>
internal sealed class ReadinessProgress(ReadinessProbePolicy policy)
{
    private uint _passed;
    private uint _failed;

    /// <summary>Null before enough checks agreed.</summary>
    public bool? IsReady { get; private set; }

    /// <returns>Whether <see cref="IsReady"/> has changed.</returns>
    public bool Record(bool passed)
    {
        (_passed, _failed) = passed ? (_passed + 1, 0u) : (0u, _failed + 1);
        if (IsReady == passed || (passed ? _passed < policy.SuccessThreshold : _failed < policy.FailureThreshold))
        {
            return false;
        }

        IsReady = passed;
        return true;
    }
}
