using Mesh.Config.Stores;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Serving;
using Mesh.ControlPlane.Serving.Sessions;

namespace Mesh.ControlPlane.Tests.Serving.Sessions;

/// <summary>What a control plane calls itself where several share a store (fault matrix B11).</summary>
public sealed class ServerMarkTests
{
    private readonly SharedStore _store = new();

    [Fact]
    public void B11_StoreOfItsOwn_SaysNothingOfIt() =>
        Assert.Equal(ControlPlaneIdentity.Identifier, ServerMark.Plain.Of(State(7)).Identifier);

    [Fact]
    public void B11_EpochIsNotKnownYet_SaysNothingOfIt()
    {
        _store.Epoch = "";

        Assert.Equal(ControlPlaneIdentity.Identifier, new ServerMark(_store).Of(State(7)).Identifier);
    }

    [Fact]
    public void B11_StateIsOlderThanTheStore_SaysTheVersionOfTheState()
    {
        _store.Current = ConfigSnapshot.Empty with { Version = 9, EffectiveVersion = 9 };

        Assert.Equal($"{ControlPlaneIdentity.Identifier} epoch=e1 version=7", new ServerMark(_store).Of(State(7)).Identifier);
    }

    /// <summary>A replica that read the status with everything else at its start must not seem newer than one that saw it come.</summary>
    [Fact]
    public void B11_OnlyAStatusIsNewer_SaysTheVersionOfTheStore()
    {
        _store.Current = ConfigSnapshot.Empty with { Version = 9, EffectiveVersion = 7 };

        Assert.Equal($"{ControlPlaneIdentity.Identifier} epoch=e1 version=9", new ServerMark(_store).Of(State(7)).Identifier);
    }

    [Fact]
    public void B11_StoreIsNotFollowedNow_SaysSo()
    {
        _store.IsBehind = true;
        var mark = new ServerMark(_store);

        Assert.EndsWith(" behind", mark.Of(State(7)).Identifier, StringComparison.Ordinal);
        _store.IsBehind = false;
        Assert.EndsWith("version=7", mark.Of(State(7)).Identifier, StringComparison.Ordinal);
        Assert.Same(mark.Of(State(7)), mark.Of(State(7)));
    }

    private static MeshState State(long version) => new(version, ConfigSnapshot.Empty with { Version = version, EffectiveVersion = version }, RegistrySnapshot.Empty);

    private sealed class SharedStore : IReplicatedStore
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public string Epoch { get; set; } = "e1";

        public bool IsBehind { get; set; }

        public ConfigSnapshot Current { get; set; } = ConfigSnapshot.Empty;
    }
}
