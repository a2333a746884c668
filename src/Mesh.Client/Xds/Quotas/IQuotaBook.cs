using Mesh.Client.Model;

namespace Mesh.Client.Xds.Quotas;

/// <summary>What a process knows of its quotas: what it has let through, and its shares.</summary>
internal interface IQuotaBook
{
    /// <summary>What was asked since the last time; empty while no quota is in force.</summary>
    IReadOnlyList<QuotaUsage> TakeUsage();

    /// <summary>Puts a share in force; null when the control plane knows of no such quota, and the process counts by itself.</summary>
    void Assign(string limit, string values, TokenBucketPolicy? share);
}
