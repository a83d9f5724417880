/** One system of the pumping station: the facts that its chapter of the manual is composed of. */
export interface StationSystem {
  readonly name: string;
  readonly purpose: string;
  readonly place: string;
  /** Part, what it does. */
  readonly parts: readonly (readonly [string, string])[];
  /** Quantity, normal value, limit. */
  readonly limits: readonly (readonly [string, string, string])[];
  readonly steps: readonly string[];
  /** Interval, task. */
  readonly tasks: readonly (readonly [string, string])[];
  /** Sign, cause, remedy. */
  readonly faults: readonly (readonly [string, string, string])[];
  readonly warning: string;
}

const WATER_SIDE: readonly StationSystem[] = [
  {
    name: 'Intake screen',
    purpose: 'keeps branches, leaves and fish out of the station',
    place: 'at the river wall, below the red ladder',
    parts: [
      ['Bar rack', 'holds back everything wider than 20 mm'],
      ['Travelling rake', 'lifts what the rack has caught'],
      ['Trash trough', 'carries it to the skip'],
      ['Float switch', 'starts the rake when the rack is blocked'],
    ],
    limits: [
      ['Head loss across the rack', '40 mm', '150 mm'],
      ['Water level at the wall', '2.1 m', '1.3 m at least'],
      ['Rake motor current', '3.2 A', '5.0 A'],
    ],
    steps: [
      'Look down the rack and make sure that nobody is near it.',
      'Turn the rake switch to HAND.',
      'Let the rake run through one full cycle.',
      'Rinse the trash trough with the blue hose.',
      'Turn the switch back to AUTO.',
    ],
    tasks: [
      ['Daily', 'Empty the skip if it is more than half full'],
      ['Weekly', 'Grease both rake chains'],
      ['Yearly', 'Have a diver look at the foot of the rack'],
    ],
    faults: [
      [
        'Rake stops halfway',
        'A branch is wedged in the rack',
        'Switch off, lock, remove the branch with the long hook',
      ],
      ['Rake runs all the time', 'Float switch hangs', 'Clean the float pipe'],
      ['Chain jumps', 'Chain is slack', 'Tighten both sides by the same number of turns'],
    ],
    warning: 'The rake starts without warning. Lock the switch before you reach into the rack.',
  },
  {
    name: 'Settling chamber',
    purpose: 'slows the water so that sand sinks before it can reach the pumps',
    place: 'under the steel covers in the west yard',
    parts: [
      ['Baffle wall', 'spreads the water over the whole width'],
      ['Sand hopper', 'collects what has sunk'],
      ['Sludge valve', 'lets it out to the drying bed'],
      ['Sight glass', 'shows how high the sand stands'],
    ],
    limits: [
      ['Height of sand', '0.3 m', '0.8 m'],
      ['Flow through the chamber', '95 l/s', '140 l/s'],
      ['Time to drain', '25 min', '40 min'],
    ],
    steps: [
      'Read the sight glass and write the height down.',
      'Reduce the flow to one pump.',
      'Open the sludge valve a quarter and wait two minutes.',
      'Open it fully until the water runs clear.',
      'Close the valve and bring the second pump back.',
    ],
    tasks: [
      ['Weekly', 'Read the height of the sand'],
      ['Monthly', 'Drain the hopper'],
      ['Every two years', 'Empty the chamber and inspect the coating'],
    ],
    faults: [
      ['Water stays cloudy', 'Flow is too high', 'Run fewer pumps, or raise the river gate'],
      ['Sludge valve passes water when shut', 'A stone in the seat', 'Open and close it twice at full flow'],
      ['Sand in the pump filter', 'Hopper is full', 'Drain the hopper at once'],
    ],
    warning: 'The chamber is a closed space. Measure the air before you climb in, and never climb in alone.',
  },
  {
    name: 'Suction pipe',
    purpose: 'leads the settled water to the three pumps',
    place: 'in the pipe cellar, painted green',
    parts: [
      ['Foot valve', 'keeps the pipe filled when the pumps stand still'],
      ['Strainer', 'protects the impellers'],
      ['Air cock', 'lets trapped air out'],
      ['Vacuum gauge', 'shows how hard the pumps must draw'],
    ],
    limits: [
      ['Vacuum at the pumps', '0.28 bar', '0.45 bar'],
      ['Loss of prime overnight', '5 cm', '30 cm'],
      ['Temperature of the water', '4 to 18 °C', '25 °C'],
    ],
    steps: [
      'Close the drain cock.',
      'Open the priming line until water stands in the air cock.',
      'Close the air cock, then the priming line.',
      'Wait five minutes and watch the vacuum gauge.',
      'Report the pipe as primed to the control room.',
    ],
    tasks: [
      ['Daily', 'Read the vacuum gauge'],
      ['Monthly', 'Clean the strainer'],
      ['Yearly', 'Replace the gaskets of the foot valve'],
    ],
    faults: [
      ['Pump draws air', 'Air cock leaks', 'Tighten it by hand, renew the washer'],
      ['Vacuum rises slowly', 'Strainer clogs', 'Change to the other pump and clean it'],
      [
        'Pipe empties overnight',
        'Foot valve does not close',
        'Flush it, and renew the gasket if that does not help',
      ],
    ],
    warning: 'The pipe is under vacuum. An open cock sucks in hair and sleeves.',
  },
  {
    name: 'Main pumps',
    purpose: 'lift the water by 64 metres to the reservoir on Cobb Hill',
    place: 'in the machine hall, numbered 1 to 3 from the door',
    parts: [
      ['Casing', 'turns speed into pressure'],
      ['Impeller', 'gives the water its speed'],
      ['Shaft seal', 'keeps the water in and the air out'],
      ['Bearings', 'carry the shaft, one at each end'],
      ['Coupling', 'joins pump and motor'],
    ],
    limits: [
      ['Delivery pressure', '6.8 bar', '7.6 bar'],
      ['Bearing temperature', '48 °C', '75 °C'],
      ['Vibration', '1.8 mm/s', '4.5 mm/s'],
      ['Seal drip', '20 drops a minute', '60 drops a minute'],
    ],
    steps: [
      'Make sure that the suction pipe is primed.',
      'Close the delivery valve.',
      'Start the motor and wait for the lamp FULL SPEED.',
      'Open the delivery valve in ten slow turns.',
      'Compare pressure and current with the plate on the pump.',
      'Enter the start in the log.',
    ],
    tasks: [
      ['Daily', 'Listen to each bearing and feel its temperature'],
      ['Every 500 hours', 'Grease the bearings with two strokes'],
      ['Every 4,000 hours', 'Renew the shaft seal'],
      ['Every 12,000 hours', 'Overhaul in the workshop'],
    ],
    faults: [
      ['No pressure', 'Pump is not primed', 'Stop within one minute and prime'],
      ['Rattling noise', 'Cavitation', 'Close the delivery valve by two turns, clean the strainer'],
      ['Seal runs hot', 'Gland is too tight', 'Slacken both nuts by a sixth of a turn'],
      ['Motor trips', 'Impeller is blocked', 'Lock the supply, open the hand hole'],
    ],
    warning: 'Never run a pump against a closed valve for more than one minute. The water in it boils.',
  },
  {
    name: 'Surge vessel',
    purpose: 'softens the shock when the pumps stop and the column of water swings back',
    place: 'behind the machine hall, inside the white fence',
    parts: [
      ['Steel vessel', 'holds 8 cubic metres, one third of it air'],
      ['Level glass', 'shows where water ends and air begins'],
      ['Air compressor', 'makes up for air that dissolves'],
      ['Relief valve', 'opens at 9.5 bar'],
    ],
    limits: [
      ['Height of water', '1.9 m', '2.3 m'],
      ['Pressure at rest', '6.4 bar', '7.0 bar'],
      ['Compressor starts per day', '2', '6'],
    ],
    steps: [
      'Read the level glass while one pump runs.',
      'If the water stands too high, start the compressor by hand.',
      'Stop it when the level has fallen to the green mark.',
      'Check the relief valve for drips.',
    ],
    tasks: [
      ['Daily', 'Read the level'],
      ['Monthly', 'Lift the relief valve by its lever for one second'],
      ['Every five years', 'Inspection by the authority'],
    ],
    faults: [
      ['Compressor starts often', 'An air joint leaks', 'Brush the joints with soap water'],
      ['Pipes bang when pumps stop', 'Too little air', 'Run the compressor to the green mark'],
      ['Relief valve drips', 'Dirt on the seat', 'Lift the lever twice'],
    ],
    warning: 'The vessel stores the energy of a falling lorry. Do not loosen any bolt under pressure.',
  },
  {
    name: 'Rising main',
    purpose: 'carries the water from the station to the reservoir, 2.3 kilometres away',
    place: 'under the lane to Cobb Hill, with four marker posts',
    parts: [
      ['Cast iron pipe', 'with a bore of 350 mm'],
      ['Air valves', 'at the two high points'],
      ['Washouts', 'at the two low points'],
      ['Flow meter', 'in the pit at post 1'],
    ],
    limits: [
      ['Flow with two pumps', '118 l/s', '130 l/s'],
      ['Pressure at post 1', '6.2 bar', '7.2 bar'],
      ['Loss between the meters', '0.6 %', '2 %'],
    ],
    steps: [
      'Walk the lane from post 1 to post 4.',
      'Open each air valve until water comes without spitting.',
      'Read both flow meters within five minutes.',
      'Work out the loss and enter it in the log.',
    ],
    tasks: [
      ['Weekly', 'Compare the two flow meters'],
      ['Every spring and autumn', 'Flush both washouts'],
      ['Yearly', 'Walk the main at night with the listening stick'],
    ],
    faults: [
      ['Loss above two per cent', 'A joint leaks', 'Listen along the main, post by post'],
      ['Flow falls, pressure rises', 'Air at a high point', 'Open both air valves'],
      ['Wet ground at post 3', 'Washout is not shut', 'Close it with the square key'],
    ],
    warning: 'Traffic uses the lane. Put up both signs before you open a pit.',
  },
];

const DRY_SIDE: readonly StationSystem[] = [
  {
    name: 'Valve chamber',
    purpose: 'joins the three pumps to the rising main and lets each be cut off',
    place: 'below the gallery of the machine hall',
    parts: [
      ['Gate valves', 'one for each pump, one for the main'],
      ['Check valves', 'close when a pump stops'],
      ['Cross pipe', 'lets any pump serve the main'],
      ['Sump pump', 'keeps the chamber dry'],
    ],
    limits: [
      ['Turns from open to shut', '42', '45'],
      ['Time for a check valve to close', '1.5 s', '3 s'],
      ['Water in the sump', '0.2 m', '0.5 m'],
    ],
    steps: [
      'Hang the tag of the pump on its valve.',
      'Close the gate valve, counting the turns.',
      'Open the drain and wait until it runs dry.',
      'Put the lock through the hand wheel.',
    ],
    tasks: [
      ['Monthly', 'Turn every valve through its whole travel'],
      ['Yearly', 'Repack the stuffing boxes'],
      ['Every three years', 'Open and inspect the check valves'],
    ],
    faults: [
      ['Hand wheel is stiff', 'Dry stuffing box', 'Oil it, then work the valve gently'],
      ['Pump turns backwards when it stops', 'Check valve is stuck', 'Shut the gate valve at once'],
      ['Chamber floods', 'Sump pump has no supply', 'Reset the breaker 14 in the cabinet'],
    ],
    warning: 'Two valves hold back the whole rising main. Never open a drain with only one of them shut.',
  },
  {
    name: 'Electrical supply',
    purpose: 'feeds the motors from the line on the moor, or from the diesel set',
    place: 'in the brick house at the gate',
    parts: [
      ['Transformer', 'from 11,000 to 400 volts'],
      ['Main breaker', 'cuts off the whole station'],
      ['Diesel set', 'starts one pump when the line fails'],
      ['Battery', 'keeps the controls alive for eight hours'],
    ],
    limits: [
      ['Voltage', '400 V', '360 to 440 V'],
      ['Transformer oil', '55 °C', '85 °C'],
      ['Battery', '26.4 V', '23.0 V'],
      ['Diesel in the tank', '900 l', '300 l at least'],
    ],
    steps: [
      'Start the diesel set from its own panel.',
      'Wait until the frequency stands at 50 hertz.',
      'Open the line breaker, then close the set breaker.',
      'Start one pump only.',
      'Tell the network operator.',
    ],
    tasks: [
      ['Weekly', 'Run the diesel set for ten minutes'],
      ['Monthly', 'Measure the battery under load'],
      ['Yearly', 'Have the transformer oil tested'],
    ],
    faults: [
      ['Set does not start', 'Battery is flat', 'Join the second battery with the red leads'],
      ['Breaker opens again', 'Earth fault on a motor', 'Leave it open and call the electrician'],
      ['Lamps flicker', 'A loose neutral', 'Switch to the diesel set'],
    ],
    warning: 'Only the appointed electrician may open the brick house. The line side stays live.',
  },
  {
    name: 'Control cabinet',
    purpose: 'starts and stops the pumps according to the level in the reservoir',
    place: 'in the control room, left of the window',
    parts: [
      ['Controller', 'holds the programme'],
      ['Selector switches', 'HAND, OFF and AUTO for each pump'],
      ['Alarm panel', 'twelve lamps and one bell'],
      ['Radio', 'brings the level from Cobb Hill'],
    ],
    limits: [
      ['Start level of the first pump', '3.2 m', '2.8 m at least'],
      ['Stop level', '4.6 m', '4.8 m'],
      ['Age of the level reading', '10 s', '120 s'],
    ],
    steps: [
      'Press LAMP TEST and look at all twelve lamps.',
      'Acknowledge the alarms, oldest first.',
      'Compare the level with the telephone report of the keeper.',
      'Turn the selectors of two pumps to AUTO.',
      'Leave the third on OFF as a reserve.',
    ],
    tasks: [
      ['Daily', 'Lamp test'],
      ['Monthly', 'Change which pump is the reserve'],
      ['Yearly', 'Save the programme and renew the clock battery'],
    ],
    faults: [
      [
        'Level reading is old',
        'Radio has no contact',
        'Go to HAND, and telephone the keeper every half hour',
      ],
      ['All lamps are dark', 'Control fuse', 'Renew fuse F2, two amperes'],
      ['Bell does not stop', 'An alarm has not been acknowledged', 'Press ACKNOWLEDGE twice'],
    ],
    warning: 'On HAND the station does not stop by itself. Somebody must stay in the control room.',
  },
  {
    name: 'Chlorine dosing',
    purpose: 'keeps the water free of germs on its way to the houses',
    place: 'in the small room with its own door, on the north side',
    parts: [
      ['Store tank', 'holds 500 litres of hypochlorite'],
      ['Dosing pump', 'gives so many strokes for each cubic metre'],
      ['Injection lance', 'in the rising main, behind the check valve'],
      ['Analyser', 'measures what is left at post 1'],
    ],
    limits: [
      ['Free chlorine at post 1', '0.30 mg/l', '0.15 to 0.50 mg/l'],
      ['Strokes per minute', '36', '60'],
      ['Solution in the tank', '300 l', '80 l at least'],
    ],
    steps: [
      'Put on goggles and gloves, and start the fan.',
      'Read the tank and the analyser.',
      'Take a sample and compare it with the colour disc.',
      'Correct the stroke by no more than five per cent.',
      'Wait one hour and measure again.',
    ],
    tasks: [
      ['Daily', 'Compare analyser and colour disc'],
      ['Monthly', 'Rinse the lance'],
      ['Every six months', 'Renew hoses and valve balls'],
    ],
    faults: [
      ['Analyser shows zero', 'No flow through the cell', 'Clean the sample filter'],
      ['Pump strokes, level does not fall', 'Gas in the pump head', 'Open the vent by half a turn'],
      ['Strong smell', 'A hose leaks', 'Leave the room, stop the pump from outside'],
    ],
    warning: 'Never let hypochlorite and acid meet. The gas kills.',
  },
  {
    name: 'Reservoir gauge',
    purpose: 'measures how much water stands on Cobb Hill and tells the station',
    place: 'in the valve house of the reservoir',
    parts: [
      ['Pressure cell', 'at the foot of the wall'],
      ['Staff gauge', 'to be read by eye'],
      ['Radio mast', 'sends the level every ten seconds'],
      ['Solar panel', 'feeds cell and radio'],
    ],
    limits: [
      ['Level', '4.1 m', '2.5 to 4.8 m'],
      ['Difference between cell and staff', '1 cm', '4 cm'],
      ['Panel voltage at noon', '18 V', '14 V at least'],
    ],
    steps: [
      'Read the staff gauge from the platform.',
      'Telephone the value to the control room.',
      'Compare it with the value on the screen.',
      'If they differ by more than four centimetres, set the zero of the cell.',
    ],
    tasks: [
      ['Weekly', 'Compare cell and staff'],
      ['Every autumn', 'Clear leaves from the panel'],
      ['Yearly', 'Recalibrate the cell against the staff at three levels'],
    ],
    faults: [
      ['Reading jumps', 'Water in the cable joint', 'Dry the joint and renew the gel'],
      ['No reading at night', 'Battery is worn out', 'Exchange the battery'],
      ['Reading drifts upwards', 'Mud on the cell', 'Lift the cell and rinse it'],
    ],
    warning: 'The platform is slippery. Clip the line on before you step out.',
  },
];

/** In the order in which the water meets them, then what feeds and watches them. */
export const STATION_SYSTEMS: readonly StationSystem[] = [...WATER_SIDE, ...DRY_SIDE];
