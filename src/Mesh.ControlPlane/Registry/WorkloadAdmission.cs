using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry;

/// <summary>Tells why a process may not register, before anything of it is kept.</summary>
internal static class WorkloadAdmission
{
    /// <summary>The reason in words for the operator of the process, or null when it is welcome.</summary>
    public static string? Reject(WorkloadInstance instance, WorkloadLimits limits) =>
        RejectText(instance, limits)
        ?? RejectControls(instance.NodeId)
        ?? RejectPorts("ports", instance.Ports, limits)
        ?? RejectPorts("service ports", instance.ServicePorts, limits)
        ?? RejectLabels(instance, limits);

    /// <summary>The reason why a newer stream of a node may not take over its registration, or null: what is proved gives way only to the same proof (S41).</summary>
    public static string? RejectTakeover(WorkloadInstance held, WorkloadInstance instance)
    {
        var isSame = held.Namespace == instance.Namespace && held.ServiceAccount == instance.ServiceAccount;
        return held.IsAuthenticated && !(instance.IsAuthenticated && isSame)
            ? "The node id is registered by a workload with another identity; every process needs a node id of its own."
            : null;
    }

    private static string? RejectText(WorkloadInstance instance, WorkloadLimits limits)
    {
        (string What, string Value, bool Required)[] texts =
        [
            ("node id", instance.NodeId, true),
            ("namespace", instance.Namespace, true),
            ("address", instance.Address, true),
            ("workload name", instance.WorkloadName, false),
            ("owner", instance.Owner, false),
            ("service name", instance.ServiceName, false),
            ("service account", instance.ServiceAccount, false),
            ("locality", instance.Locality, false),
            ("cluster", instance.Cluster, false),
            ("network", instance.Network, false),
            ("group", instance.Group, false),
        ];
        foreach (var (what, value, required) in texts)
        {
            if (required && value.Length == 0)
            {
                return $"The {what} of the workload is empty; the registration must state it.";
            }

            if (value.Length > limits.MaxTextLength)
            {
                return $"The {what} of the workload has {value.Length} characters; at most {limits.MaxTextLength} are taken.";
            }
        }

        return null;
    }

    // A database takes no zero in a text: one such process, and nothing of any process of this control plane would reach the others.
    private static string? RejectControls(string nodeId) =>
        nodeId.Any(char.IsControl) ? "The node id of the workload has control characters; give it one of characters that can be read." : null;

    private static string? RejectPorts(string what, ImmutableSortedDictionary<string, int> ports, WorkloadLimits limits)
    {
        if (ports.Count > limits.MaxPorts)
        {
            return $"The workload has {ports.Count} {what}; at most {limits.MaxPorts} are taken.";
        }

        foreach (var (name, number) in ports)
        {
            if (number is < 1 or > 65535 || name.Length == 0 || name.Length > limits.MaxTextLength)
            {
                return $"The workload's {what} hold '{Shorten(name)}' = {number}; expected a name of 1 to {limits.MaxTextLength} characters and a number from 1 to 65535.";
            }
        }

        return null;
    }

    private static string? RejectLabels(WorkloadInstance instance, WorkloadLimits limits)
    {
        if (instance.Labels.Count > limits.MaxLabels)
        {
            return $"The workload has {instance.Labels.Count} labels; at most {limits.MaxLabels} are taken.";
        }

        foreach (var (key, value) in instance.Labels)
        {
            if (key.Length == 0 || key.Length > limits.MaxTextLength || value.Length > limits.MaxTextLength)
            {
                return $"The workload's label '{Shorten(key)}' has a key of {key.Length} and a value of {value.Length} characters; expected 1 to {limits.MaxTextLength} and at most {limits.MaxTextLength}.";
            }
        }

        return null;
    }

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
