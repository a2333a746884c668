using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>Knows which identities run on which machine.</summary>
internal interface INodeWorkloads
{
    bool RunsOn(string node, SpiffeId id);
}
