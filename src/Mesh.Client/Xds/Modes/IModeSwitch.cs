namespace Mesh.Client.Xds.Modes;

/// <summary>How a process stands with its configuration, and what a control plane may make of that.</summary>
internal interface IModeSwitch
{
    /// <summary>How it stands now.</summary>
    ModeStanding Current { get; }

    /// <summary>Completes when it stands otherwise than it did.</summary>
    /// <param name="seen">What is known already.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task WaitForOtherThanAsync(ModeStanding seen, CancellationToken cancellationToken);

    /// <summary>The control plane says whether calls are to leave the mesh; that holds until it says otherwise.</summary>
    void Order(bool isDirect, string reason);
}
