using Mesh.Client.Identity;
using Mesh.Client.Model;

namespace Mesh.Client.Metrics;

/// <summary>This process in the labels of metrics: its workload, its service, and the identity that it has now.</summary>
internal sealed class LocalWorkload(WorkloadReference workload, ServiceReference service, IWorkloadIdentity? identity)
{
    private volatile Named? _named;

    public WorkloadReference Workload => workload;

    /// <summary>That it is part of.</summary>
    public ServiceReference Service => service;

    /// <summary>Null without a certificate. The same object as long as the identity is the same.</summary>
    public string? PrincipalText
    {
        get
        {
            if (identity?.Current is not { } svid)
            {
                return null;
            }

            var named = _named;
            if (!ReferenceEquals(named?.Svid, svid))
            {
                var text = svid.Id.ToString();
                _named = named = new Named(svid, text == named?.Text ? named.Text : text);
            }

            return named!.Text;
        }
    }

    private sealed record Named(WorkloadSvid Svid, string Text);
}
