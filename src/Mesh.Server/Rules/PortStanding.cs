namespace Mesh.Server.Rules;

/// <summary>How a port stands with the control plane.</summary>
internal enum PortStanding
{
    /// <summary>Nothing has been said yet, or it was taken back: nothing may pass.</summary>
    Unknown,

    /// <summary>The control plane has said what the port takes.</summary>
    Known,

    /// <summary>The control plane is not going to say anything: the port is the application's alone.</summary>
    Ungoverned,
}
