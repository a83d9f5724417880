import type { StationSystem } from './station-system.ts';

/** The systems that steer, feed and watch the others. */
export const DRY_SIDE: readonly StationSystem[] = [
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
