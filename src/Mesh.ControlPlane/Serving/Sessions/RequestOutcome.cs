namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>What a request meant; one request can both acknowledge and subscribe.</summary>
[Flags]
internal enum RequestOutcome
{
    /// <summary>Nothing changed.</summary>
    None = 0,

    /// <summary>An answer is owed.</summary>
    Subscribed = 1,

    /// <summary>Names were taken away; no answer is owed.</summary>
    Unsubscribed = 2,

    Acknowledged = 4,

    Rejected = 8,

    /// <summary>It answers a response that was overtaken by a newer one, and was ignored.</summary>
    Stale = 16,

    /// <summary>Nothing of this type is served.</summary>
    UnknownType = 32,
}
