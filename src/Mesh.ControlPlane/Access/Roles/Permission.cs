namespace Mesh.ControlPlane.Access.Roles;

/// <summary>What an endpoint of the API lets its caller do; every endpoint needs exactly one.</summary>
internal enum Permission
{
    /// <summary>Answers without a credential: liveness and version only, as Kubernetes' <c>system:public-info-viewer</c>.</summary>
    Public,

    /// <summary>Configuration, services, clients and what they were sent, of the namespaces that the role covers.</summary>
    ReadMesh,

    /// <summary>The service graph of the namespaces that the role covers: who calls whom, how often, how fast, with how many errors.</summary>
    ReadTraffic,

    /// <summary>Looking at single requests of the namespaces that the role covers, without bodies and secrets; every time is on record.</summary>
    TapTraffic,

    /// <summary>Changing configuration.</summary>
    WriteMesh,

    /// <summary>Identity tokens without their secrets, and the state of the authority.</summary>
    ReadIdentity,

    /// <summary>Making and revoking the identity tokens of a namespace.</summary>
    ManageIdentity,

    /// <summary>Roots, revocations and everything else that concerns every workload of the mesh.</summary>
    ManageAuthority,

    /// <summary>What was issued, to whom and when.</summary>
    ReadAudit,

    /// <summary>Making and revoking tokens of the API itself: whoever may, may everything.</summary>
    ManageAccess,
}
